/** What becomes of a line: it becomes a string and is read, it is of no interest, or its bytes have told all. */
export type Fate = 'read' | 'ignored' | 'taken';

/** The look at the bytes of one line, from its start: no search. */
export type Look = (block: Buffer, start: number, end: number) => Fate;
