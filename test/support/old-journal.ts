import { migrate } from '../../src/journal/schema.js';
import { Database, text } from '../../src/lib/sqlite.js';

type Tables = ReadonlyMap<string, ReadonlySet<string>>;

async function tables(db: Database): Promise<Tables> {
  const rows = await db.all(
    `SELECT t.name AS "table", c.name AS "column" FROM pragma_table_list() t, pragma_table_info(t.name) c
     WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%'`,
  );
  const found = new Map<string, Set<string>>();
  for (const row of rows) {
    const name = text(row, 'table');
    found.set(name, (found.get(name) ?? new Set()).add(text(row, 'column')));
  }
  return found;
}

/** Takes a journal that nobody has open back to what the first version of the program would have written. */
export async function makeOld(file: string): Promise<void> {
  const first = await Database.open(':memory:', 'write');
  await migrate(first, 'old', 0, 1);
  const then = await tables(first);
  const made = await first.all(`SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL`);
  await first.close();
  const journal = await Database.open(file, 'write');
  const now = await tables(journal);
  for (const row of made)
    if (then.has(text(row, 'name')) && !now.has(text(row, 'name'))) await journal.exec(text(row, 'sql'));
  for (const [table, columns] of now) {
    const known = then.get(table);
    if (!known) await journal.exec(`DROP TABLE "${table}"`);
    for (const column of known ? columns : [])
      if (!known?.has(column)) await journal.exec(`ALTER TABLE "${table}" DROP COLUMN "${column}"`);
  }
  await journal.exec('PRAGMA user_version = 1');
  await journal.close();
}
