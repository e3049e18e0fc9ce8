/** Figures that a source leaves open: blanked where it failed, and said in `meta.missing`. */
import type { Missing, MissingReason, Service } from '../../domain/provenance.ts';

/**
 * What one source could not give. `fields` are dotted paths into the result; `list[]` stands for all items of a list,
 * `list[name=value]` and `list[name!=value]` for those that say so, `object.*` for every member of it.
 */
export interface Gap {
  fields: readonly string[];
  reason: MissingReason;
  /** Undefined for our own stores. */
  service: Service | undefined;
}

type Node = Record<string, unknown>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** What the answer's days stand on. */
export const timeZoneField = 'timeZone';

const listStep = /^(?<name>[^[]+)\[(?:(?<key>\w+)(?<not>!?)=(?<value>[\w-]+))?\]$/;

const isConditional = (field: string): boolean => /\[\w+!?=/.test(field);

/** Items of a list that a step names; one of which it is not known whether it is such may be. */
function itemsOf(node: Node, { name = '', key, not, value }: Record<string, string | undefined>): Node[] {
  const list = node[name];
  if (!Array.isArray(list)) return [];
  const items = list.filter(isNode);
  if (key === undefined) return items;
  return items.filter((item) => item[key] === null || (item[key] === value) === (not === ''));
}

/** Everything that a path leads to, as the object that holds it and the name it has there. */
function placesAt(node: unknown, [step, ...rest]: readonly string[]): { holder: Node; name: string }[] {
  if (!isNode(node) || step === undefined) return [];
  const names = step === '*' ? Object.keys(node) : [step];
  const list = listStep.exec(step)?.groups;
  if (list !== undefined) return itemsOf(node, list).flatMap((item) => placesAt(item, rest));
  // What an item does not have, it need not have.
  const held = names.filter((name) => name in node);
  if (rest.length === 0) return held.map((name) => ({ holder: node, name }));
  return held.flatMap((name) => placesAt(node[name], rest));
}

const placesOf = (data: unknown, field: string) => placesAt(data, field.split('.'));

/** `object.*` as the paths of its members; of a list, and of what is null, it stays one path. */
function membersOf(data: unknown, field: string): string[] {
  const places = field.endsWith('.*') ? placesOf(data, field) : [];
  if (places.length === 0 || places.some(({ holder }) => Array.isArray(holder))) return [field];
  return places.map(({ name }) => `${field.slice(0, -1)}${name}`);
}

/** The path as `meta.missing` has it. */
const plainPath = (data: unknown, field: string): string =>
  field.replaceAll(/\[[^\]]*\]/g, '[]').replace(/\.\*$/, placesOf(data, field).length > 0 ? '[]' : '');

const isWithin = (field: string, parent: string): boolean =>
  field === parent || field.startsWith(`${parent}.`) || field.startsWith(`${parent}[]`);

/** One row for each field, reason and service. */
export const eachOnce = (rows: readonly Missing[]): Missing[] => [
  ...new Map(rows.map((row) => [JSON.stringify([row.field, row.reason, row.service]), row])).values(),
];

/** Without what lies within another: it went with that. */
const outermost = (rows: readonly Missing[]): Missing[] =>
  rows.filter(
    ({ field, service }) =>
      !rows.some((row) => row.service === service && row.field !== field && isWithin(field, row.field)),
  );

/**
 * Blanks, in place, every figure that a failed source leaves open, whatever was computed without it, and lists it. Of a
 * source that is not configured or knows nothing of the subject, that is a fact which the metric has reckoned with:
 * those of its figures are listed that the metric has left null.
 */
function leaveOpen(data: unknown, { fields, reason, service }: Gap): Missing[] {
  const open = fields
    .flatMap((field) => membersOf(data, field))
    .filter((field) => {
      const places = placesOf(data, field);
      // The time zone is nobody's figure: all days stand on it.
      if (field === timeZoneField) return true;
      // Nothing is such that it would be concerned.
      if (places.length === 0 && isConditional(field)) return false;
      if (reason === 'unavailable') for (const { holder, name } of places) holder[name] = null;
      return reason === 'unavailable' || places.some(({ holder, name }) => holder[name] === null);
    });
  return open.map((field) => ({ field: plainPath(data, field), reason, ...(service ? { service } : {}) }));
}

/**
 * The figures as they may be told, and why some of them are null. What the metric says of a figure that a source leaves
 * open, or of a part of one, is not repeated: it only knows that there was nothing.
 */
export function withGaps(
  { data, missing }: { data: unknown; missing: readonly Missing[] },
  gaps: readonly Gap[],
): { data: unknown; missing: Missing[] } {
  const failed = gaps.filter(({ reason }) => reason === 'unavailable');
  const figures: unknown = failed.length === 0 ? data : structuredClone(data);
  const others = gaps.filter(({ reason }) => reason !== 'unavailable');
  const lost = outermost(failed.flatMap((gap) => leaveOpen(figures, gap)));
  const isLost = ({ field }: Missing) => lost.some((row) => isWithin(field, row.field));
  const open = others.flatMap((gap) => leaveOpen(figures, gap)).filter((row) => !isLost(row));
  const isOpen = ({ field }: Missing) => open.some((row) => row.field === field);
  // Every member of it has a row.
  const isEmptied = ({ field }: Missing) => failed.some(({ fields }) => fields.includes(`${field}.*`));
  const said = missing.filter((row) => !isLost(row) && !isOpen(row) && !isEmptied(row));
  return { data: figures, missing: eachOnce([...lost, ...open, ...said]) };
}
