/** `1 mail`, `1,234 mails`, `2 tries` */
export function many(count: number, one: string, several?: string): string {
  return `${number(count)} ${noun(count, one, several)}`;
}

/** `mail` for 1, `mails` for all others. */
export function noun(count: number, one: string, several = `${one}s`): string {
  return count === 1 ? one : several;
}

/** `1,234`. The first call of toLocaleString() takes 4 ms. */
export function number(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
