import {
  type ChosenPreferences,
  type Preferences,
  usualPreferences,
} from '../../application/ports/gamification.ts';
import type { KeptRow, PersonalStore } from '../../application/ports/people.ts';
import type { LeaderboardPrivacy } from '../../domain/gamification/leaderboard.ts';

/** What people have chosen, in this process; it ends with it. */
export class MemoryPreferences implements Preferences, PersonalStore {
  readonly #chosen = new Map<string, ChosenPreferences>();

  async of(userId: string): Promise<ChosenPreferences> {
    return this.#chosen.get(userId) ?? usualPreferences;
  }

  async update(
    userId: string,
    _organizationId: string | null,
    changes: Partial<ChosenPreferences>,
  ): Promise<ChosenPreferences> {
    const chosen = { ...(await this.of(userId)), ...changes };
    this.#chosen.set(userId, chosen);
    return chosen;
  }

  async leaderboardPrivacy(userIds: readonly string[]): Promise<ReadonlyMap<string, LeaderboardPrivacy>> {
    const usual = usualPreferences.leaderboardPrivacy;
    return new Map(userIds.map((id) => [id, this.#chosen.get(id)?.leaderboardPrivacy ?? usual]));
  }

  exportUser(userId: string): Record<string, readonly KeptRow[]> {
    const chosen = this.#chosen.get(userId);
    return { preferences: chosen === undefined ? [] : [{ userId, ...chosen }] };
  }

  eraseUser(userId: string): void {
    this.#chosen.delete(userId);
  }
}
