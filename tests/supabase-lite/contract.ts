import { describe } from 'vitest';
import { contract } from '../infrastructure/database/contract.ts';
import { underSupabaseLite } from './under-supabase-lite.ts';

const textIsParsed =
  'it hands a text to a jsonb argument as it is, so that PostgreSQL reads it as JSON or refuses it';
const nothingStops = 'nothing stops a statement in its PGlite, which holds up all others until it has ended';

/** What the engine does not do, each by its test. They fail as long as it does not. */
const differences = {
  'gives back a text as it was sent': textIsParsed,
  'gives back a text that looks like JSON as it was sent': textIsParsed,
  'gives back an empty text as it was sent': textIsParsed,
  'cuts off a function that takes too long, and goes on': nothingStops,
  'lets a long call take longer than others, and only that one': nothingStops,
  'cuts off a long call too, when it takes too long even for one': nothingStops,
};

describe('Supabase Lite over PGlite', () => contract(underSupabaseLite, differences));
