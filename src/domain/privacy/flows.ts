/**
 * People counted in more than one way at once, as a network: what flows into a node (a course, a state) flows out of
 * it, so that whoever knows some of the counts can bound the others. The bounds are those of the whole numbers.
 */
export interface Flow {
  from: string;
  to: string;
  people: number;
  /** The fewest it can be for all that is known: 1 where it is known that somebody is there. */
  least: number;
  /** Told; hidden, and to stay so; or neither: whoever can work it out may. */
  is: 'told' | 'hidden' | 'open';
}

interface Step {
  flow: Flow;
  isUp: boolean;
}

/** How far a count can go down when others make up for it; up it can go as far as they can. */
const roomBelow = ({ people, least }: Flow): number => people - least;

/** Which counts can be changed where, by node: none that is told. */
type Exits = ReadonlyMap<string, readonly (Step & { next: string })[]>;

function exitsOf(flows: readonly Flow[]): Exits {
  const changing = flows.filter(({ is }) => is !== 'told');
  const steps = changing.flatMap((flow) => [
    { flow, isUp: true, at: flow.from, next: flow.to },
    { flow, isUp: false, at: flow.to, next: flow.from },
  ]);
  return Map.groupBy(steps, ({ at }) => at);
}

/** The shortest way from one node to another over counts that can still go, without `but`; null when there is none. */
function wayBetween(
  exits: Exits,
  from: string,
  to: string,
  but: Flow,
  left: (step: Step) => number,
): Step[] | null {
  const reached = new Map<string, { step: Step; before: string } | null>([[from, null]]);
  for (const node of reached.keys()) {
    if (node === to) break;
    for (const exit of exits.get(node) ?? []) {
      if (exit.flow === but || reached.has(exit.next) || left(exit) <= 0) continue;
      reached.set(exit.next, { step: exit, before: node });
    }
  }
  if (!reached.has(to)) return null;
  const way: Step[] = [];
  for (let at = reached.get(to); at; at = reached.get(at.before)) way.push(at.step);
  return way;
}

/** By how much a count can go up or down, looked for as far as `enough`. */
function slackOf(exits: Exits, flow: Flow, isUp: boolean, enough: number): number {
  const moved = new Map<Flow, number>();
  const left = ({ flow: other, isUp: goesUp }: Step) =>
    goesUp ? Number.POSITIVE_INFINITY : roomBelow(other) + (moved.get(other) ?? 0);
  const [from, to] = isUp ? [flow.to, flow.from] : [flow.from, flow.to];
  const most = isUp ? enough : Math.min(enough, roomBelow(flow));
  let slack = 0;
  while (slack < most) {
    const way = wayBetween(exits, from, to, flow, left);
    if (way === null) break;
    const by = Math.min(most - slack, ...way.map(left));
    for (const step of way) moved.set(step.flow, (moved.get(step.flow) ?? 0) + (step.isUp ? by : -by));
    slack += by;
  }
  return slack;
}

/**
 * Whether all hidden counts stay so from whoever knows those that are, and all the ways they add up: each
 * can be `minimum` − 1 as well, or, where it is no small one, one more or one fewer.
 */
export function leaveRoom(flows: readonly Flow[], minimum: number): boolean {
  const exits = exitsOf(flows);
  return flows
    .filter(({ is, people }) => is === 'hidden' && people > 0)
    .every((flow) => {
      const needed = minimum - 1 - flow.people;
      if (needed > 0) return slackOf(exits, flow, true, needed) >= needed;
      return slackOf(exits, flow, true, 1) >= 1 || slackOf(exits, flow, false, 1) >= 1;
    });
}
