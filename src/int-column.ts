/** Whole numbers of 32 bits, in an array that grows. */
export class IntColumn {
  values = new Int32Array(1024);
  length = 0;

  /** @returns the index of the new value. */
  push(value: number): number {
    if (this.length === this.values.length) {
      const larger = new Int32Array(this.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length] = value;
    return this.length++;
  }
}
