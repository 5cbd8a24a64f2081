/** Counts what is missing and what came twice among events numbered one by one. */
export class Sequence {
  gaps = 0;
  duplicates = 0;
  #last;

  /** `last`: the number before the first, where it is known. */
  constructor(last = null) {
    this.#last = last;
  }

  /** Whether `id` is the one that was to come. */
  see(id) {
    const number = Number(id);
    const expected = this.#last === null ? number : this.#last + 1;
    if (number > expected) this.gaps += number - expected;
    if (number < expected) this.duplicates += 1;
    this.#last = Math.max(this.#last ?? number, number);
    return number === expected;
  }
}
