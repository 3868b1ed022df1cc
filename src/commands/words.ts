/** `1 mail`, `1,234 mails`, `2 tries` */
export function many(count: number, noun: string, plural = `${noun}s`): string {
  return `${number(count)} ${count === 1 ? noun : plural}`;
}

/** `1,234` */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}
