import { describe } from 'vitest';
import { underPglite, underPostgres, underSupabase } from './adapters.ts';
import { contract } from './contract.ts';
import { describeOnPostgres } from './test-database.ts';

describe('PGlite in memory', () => contract(underPglite));
describeOnPostgres('PostgreSQL', () => contract(underPostgres));
describeOnPostgres('Supabase over HTTP', () => contract(underSupabase));
