/**
 * Where in a block a text stands. A class, not a literal: literals with the same names share their hidden class with all
 * others of the program, and as soon as one of those holds a number beyond 31 bits, each number here would be an object
 * of its own (measured: 0.3 GB of them in a report of 1 GB).
 */
export class Span {
  start: number;
  end: number;

  constructor(start = 0, end = 0) {
    this.start = start;
    this.end = end;
  }
}

export function put(span: Span, start: number, end: number): void {
  span.start = start;
  span.end = end;
}
