/** FNV-1a, the hash of small tables that forget or only count: 32 bits, not for proof. */
export const FNV_SEED = 0x811c9dc5;

export function fnv(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}

/** Of ASCII. */
export function lowerCase(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code | 0x20 : code;
}
