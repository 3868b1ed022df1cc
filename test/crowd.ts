import { readFileSync, writeFileSync } from 'node:fs';

/** What one client of the lab's crowd tried for one sender domain, by the client's own account. */
export interface CrowdRow {
  /** See test/lab/crowd/kinds.ts. */
  kind: string;
  /** One sender of that kind. */
  actor: string;
  client: string;
  /** Empty for the null reverse-path. */
  domain: string;
  /** Recipients that were refused, and that were accepted. */
  refused: number;
  accepted: number;
}

const COLUMNS = ['kind', 'actor', 'client', 'domain', 'refused', 'accepted'] as const;

/** Reads what writeCrowd() wrote. */
export function readCrowd(path: string): CrowdRow[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  if (head !== COLUMNS.join('\t')) throw new Error(`${path} has other columns than ${COLUMNS.join(', ')}`);
  return lines.map((line) => {
    const [kind = '', actor = '', client = '', domain = '', refused, accepted] = line.split('\t');
    return { kind, actor, client, domain, refused: Number(refused), accepted: Number(accepted) };
  });
}

/** Tab-separated, one row a line. */
export function writeCrowd(path: string, rows: readonly CrowdRow[]): void {
  const lines = rows.map((row) => COLUMNS.map((column) => row[column]).join('\t'));
  writeFileSync(path, `${[COLUMNS.join('\t'), ...lines].join('\n')}\n`);
}

/** Map.groupBy of later Node versions. */
export function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
