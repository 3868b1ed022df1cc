/** Labelled facts, one under the other, with their values aligned. */
import type { Cell } from '../model/document.ts';
import type { Pen } from './pen.ts';
import { displayWidth } from './table.ts';
import { wrap } from './wrap.ts';

export type Fact = readonly [label: string, value: Cell];

/** Measures the longest label, so that several lists can be aligned alike. */
export function labelWidth(facts: readonly Fact[], pen: Pen): number {
  return facts.reduce((widest, [label]) => Math.max(widest, displayWidth(pen.clean(label))), 0);
}

/**
 * Writes `Label: value`, the value's further lines under its first.
 * @param widest columns of the longest label
 */
export function renderFacts(facts: readonly Fact[], pen: Pen, indent: number, widest: number): string[] {
  const column = indent + widest + 2; // colon and space
  // On a very narrow page a hanging indent would leave no room for the values.
  const hang = column > pen.width / 2 ? indent + 2 : column;
  return facts.flatMap(([label, value]) => {
    const name = `${pen.clean(label)}:`;
    const padding = ' '.repeat(column - indent - displayWidth(name));
    return wrap(pen.clean(value.text), pen.width, column, hang).map((line, index) => {
      const before =
        index === 0 ? ' '.repeat(indent) + pen.paint(name, 'dim') + padding : ' '.repeat(line.indent);
      return (before + pen.paint(line.text, value.tone)).trimEnd();
    });
  });
}
