/** @returns the domain of an address in lower case, as it stands behind the last `@`; null where there is none. */
export function domainOf(address: string | null): string | null {
  const at = address?.lastIndexOf('@') ?? -1;
  return address && at !== -1 ? address.slice(at + 1).toLowerCase() : null;
}
