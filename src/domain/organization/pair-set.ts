/** Exact as long as both numbers are below 2²⁶, far more than people or courses there are. */
const shift = 2 ** 26;
const free = -1;

/** Spreads keys that follow each other. */
const slotOf = (key: number, mask: number): number =>
  (Math.imul(key % shift, 0x9e3779b1) ^ Math.imul(Math.floor(key / shift), 0x85ebca6b)) & mask;

/**
 * Pairs of numbers that were seen, such as a person and a course: eight bytes and some room for each, where a `Set`
 * of half a million would take fifty.
 */
export class PairSet {
  #slots = new Float64Array(1024).fill(free);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** True for a pair that was not there. */
  add(first: number, second: number): boolean {
    const key = first * shift + second;
    const at = this.#find(this.#slots, key);
    if (this.#slots[at] === key) return false;
    this.#slots[at] = key;
    this.#size += 1;
    if (this.#size * 2 > this.#slots.length) this.#grow();
    return true;
  }

  /** Where the key is, or the free slot that it goes to. */
  #find(slots: Float64Array, key: number): number {
    const mask = slots.length - 1;
    let at = slotOf(key, mask);
    while (slots[at] !== free && slots[at] !== key) at = (at + 1) & mask;
    return at;
  }

  #grow(): void {
    const larger = new Float64Array(this.#slots.length * 2).fill(free);
    for (const key of this.#slots) if (key !== free) larger[this.#find(larger, key)] = key;
    this.#slots = larger;
  }
}
