import type { Role } from '../../src/domain/identity/roles.ts';
import { learnerPartAt, staffPartAt, type Temper } from './demo-cast.ts';
import { firstNames, lastNames } from './names.ts';
import { type Department, departmentsOf, organizationAt } from './organizations.ts';
import { between, hash, pick, pickWeighted, type Random, seededRandom, share, stream } from './random.ts';
import { countIn, indexAt, type Place, placeOf } from './shares.ts';
import { historyDays, type WorldSize } from './world.ts';

interface PersonBase extends Place {
  userId: string;
  index: number;
  fullName: string;
  email: string;
  position: string;
  department: Department | null;
  /** Days before today. */
  joinedAgo: number;
}

export interface Learner extends PersonBase {
  kind: 'learner';
  temper: Temper;
  ability: number;
  diligence: number;
  /** Days before today on which they left the organization; null = still there. */
  leftAgo: number | null;
}

export interface Staff extends PersonBase {
  kind: 'staff';
  /** Null = a manager: people to lead, but none of the contract's roles. */
  role: Role | null;
}

export type Person = Learner | Staff;

const learnerId = (index: number): string => `u-${String(index).padStart(6, '0')}`;
const staffId = (index: number): string => `s-${String(index).padStart(4, '0')}`;

const tempers: [[Temper, number], ...[Temper, number][]] = [
  ['thriving', 22],
  ['steady', 44],
  ['fading', 17],
  ['sporadic', 12],
  ['absent', 5],
];

const withoutDepartment = 0.05;
const brandNew = 0.03;
const cameDuringHistory = 0.4;
const leavesShare = 0.06;

function departmentFor(size: WorldSize, organization: number, random: Random): Department | null {
  const [first, ...rest] = departmentsOf(size, organization);
  if (first === undefined || random() < withoutDepartment) return null;
  return pickWeighted(random, [
    [first, first.weight],
    ...rest.map((one): [Department, number] => [one, one.weight]),
  ]);
}

function joinedAgoOf(random: Random): number {
  const drawn = random();
  if (drawn < brandNew) return between(random, 1, 13);
  return drawn < brandNew + cameDuringHistory
    ? between(random, 14, historyDays)
    : between(random, historyDays, 2500);
}

function leftAgoOf(random: Random, joinedAgo: number): number | null {
  const leftAgo = between(random, 5, 400);
  return random() < leavesShare && leftAgo < joinedAgo ? leftAgo : null;
}

const nameOf = (random: Random) => [pick(random, firstNames), pick(random, lastNames)] as const;

function emailOf(place: Place, key: string | undefined, names: readonly string[], number: number) {
  const local = key ?? `${names.join('.')}.${number}`.toLowerCase();
  return `${local}@${organizationAt(place.organization).id}.example`;
}

/** The learner of an index, 0 … learners − 1. */
export function learnerAt(size: WorldSize, index: number): Learner {
  const random = seededRandom(hash(size.seed, stream.person, index));
  const place = placeOf(size.organizations, index);
  const names = nameOf(random);
  const drawn = departmentFor(size, place.organization, random);
  const joinedAgo = joinedAgoOf(random);
  const part = learnerPartAt(place);
  const department = part ? (departmentsOf(size, place.organization)[0] ?? null) : drawn;
  return {
    kind: 'learner',
    index,
    userId: learnerId(index),
    ...place,
    fullName: names.join(' '),
    email: emailOf(place, part?.key, names, index),
    department,
    position: department?.position ?? 'Contractor',
    joinedAgo: part?.joinedAgo ?? joinedAgo,
    leftAgo: part === undefined ? leftAgoOf(random, joinedAgo) : null,
    temper: part?.temper ?? pickWeighted(random, tempers),
    ability: part?.ability ?? 0.35 + 0.6 * random(),
    diligence: part?.diligence ?? 0.35 + 0.6 * random(),
  };
}

/** One of three manages, one runs the organization, the others teach. */
function roleAt(rank: number): Role | 'manager' {
  if (rank === 0) return 'org_admin';
  return rank % 3 === 2 ? 'manager' : 'trainer';
}

const positions: Record<Role | 'manager', string> = {
  org_admin: 'Head of learning',
  trainer: 'Trainer',
  manager: 'Manager',
  admin: 'Platform administrator',
  learner: 'Trainee',
};

export function staffAt(size: WorldSize, index: number): Staff {
  const random = seededRandom(hash(size.seed, stream.person, index, 1));
  const place = placeOf(size.organizations, index);
  const part = staffPartAt(place);
  const role = part?.role ?? roleAt(place.rank);
  const names = nameOf(random);
  const departments = departmentsOf(size, place.organization);
  return {
    kind: 'staff',
    index,
    userId: staffId(index),
    ...place,
    fullName: names.join(' '),
    email: emailOf(place, part?.key, names, index),
    department: departments[place.rank % departments.length] ?? null,
    position: positions[role],
    role: role === 'manager' ? null : role,
    joinedAgo: between(random, historyDays, 3500),
  };
}

/** The index of the n-th trainer of an organization. Ranks 1, 3, 4, 6, 7 … teach. */
export function trainerIndex(size: WorldSize, organization: number, number: number): number {
  const rank = number === 0 ? 1 : 3 * Math.ceil(number / 2) + ((number + 1) % 2);
  return indexAt(size.organizations, { organization, rank });
}

/** How many trainers an organization has. */
export function trainersIn(size: WorldSize, organization: number): number {
  const staff = countIn(size.organizations, organization, size.staff);
  return Math.max(1, staff - 1 - Math.floor(staff / 3));
}

/** The number of a trainer within the organization; undefined for those who do not teach. */
export function trainerNumber({ role, rank }: Staff): number | undefined {
  if (role !== 'trainer') return undefined;
  return rank === 1 ? 0 : 2 * Math.floor(rank / 3) - (rank % 3 === 0 ? 1 : 0);
}

/** A learner's manager; null when the organization has none, or the learner has no department. */
export function managerIdOf(size: WorldSize, { organization, index, department }: Person): string | null {
  const staff = countIn(size.organizations, organization, size.staff);
  // Ranks 2, 5, 8 … manage; in the first organization rank 2 is the platform's admin.
  const first = organization === 0 ? 5 : 2;
  const managers = Math.max(0, Math.floor((staff - first + 2) / 3));
  if (managers === 0 || department === null) return null;
  const rank = first + 3 * Math.floor(share(size.seed, stream.person, index, 2) * managers);
  return staffId(indexAt(size.organizations, { organization, rank }));
}

/** Whoever has an id; undefined = nobody. */
export function findPerson(size: WorldSize, id: string): Person | undefined {
  const [, letter, digits] = /^([us])-(\d{4,6})$/.exec(id) ?? [];
  const index = Number(digits);
  if (letter === 'u' && learnerId(index) === id && index < size.learners) return learnerAt(size, index);
  if (letter === 's' && staffId(index) === id && index < size.staff) return staffAt(size, index);
  return undefined;
}

/** The learner of a place within an organization. */
export const learnerOf = (size: WorldSize, place: Place): Learner =>
  learnerAt(size, indexAt(size.organizations, place));

export const learnersIn = (size: WorldSize, organization: number): number =>
  countIn(size.organizations, organization, size.learners);
export const staffIn = (size: WorldSize, organization: number): number =>
  countIn(size.organizations, organization, size.staff);

/** The trainer, manager or administrator of a place within an organization. */
export const staffOf = (size: WorldSize, place: Place): Staff =>
  staffAt(size, indexAt(size.organizations, place));
