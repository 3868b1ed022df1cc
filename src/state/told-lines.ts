/** Lines by their number and their text: rotated files share their names. */
export class ToldLines {
  readonly #texts = new Map<number, Set<string>>();

  add({ line, raw }: { line: number; raw: string }): void {
    const texts = this.#texts.get(line);
    if (texts) texts.add(raw);
    else this.#texts.set(line, new Set([raw]));
  }

  has(line: number, text: string): boolean {
    return this.#texts.get(line)?.has(text) === true;
  }
}
