/** A 32-bit hash of a text, whatever its case (FNV-1a), never 0: for counting and recognising, never for proof. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    hash = Math.imul(hash ^ (code >= 0x41 && code <= 0x5a ? code | 0x20 : code), 0x01000193);
  }
  return hash ^ (hash >>> 16) || 1;
}
