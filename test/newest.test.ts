import { describe, expect, it } from 'vitest';
import { Newest } from '../src/newest.ts';

function after(count: number, most: number): { items: number[]; dropped: number } {
  const newest = new Newest<number>(most);
  for (let item = 0; item < count; item++) newest.push(item);
  return newest.taken();
}

describe('the newest items', () => {
  it.each([
    [0, 4, [], 0],
    [4, 4, [0, 1, 2, 3], 0],
    [5, 4, [1, 2, 3, 4], 1],
    [23, 4, [19, 20, 21, 22], 19],
  ])('of %i, %i are kept', (count, most, items, dropped) => {
    expect(after(count, most)).toEqual({ items, dropped });
  });
});
