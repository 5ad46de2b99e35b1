interface ServiceEntry {
  readonly means: string;
  /** The carrier says, sealed to the visit, which numbers stand in the holder's name; the holder sees them masked. */
  readonly listsNumbers: boolean;
  readonly card: string;
}

const table = {
  'new-sim': { means: 'a new number', listsNumbers: false, card: 'a new one; the number is live once it is taken' },
  'replace-sim': {
    means: 'a new card for a number that the holder has, and chooses',
    listsNumbers: true,
    card: 'a new one; once it is taken the number is on it, and the old card is dead',
  },
  'my-numbers': {
    means: 'which numbers stand in the holder’s name; one may be marked “not mine”, which opens a case at the carrier',
    listsNumbers: true,
    card: 'none moves',
  },
} as const satisfies Record<string, ServiceEntry>;

/** What a customer can come for. */
export type ServiceName = keyof typeof table;
export const services: Readonly<Record<ServiceName, ServiceEntry>> = table;
export const serviceNames = Object.keys(table) as [ServiceName, ...ServiceName[]];

export function isServiceName(text: string): text is ServiceName {
  return Object.hasOwn(table, text);
}

/** Whether the holder's numbers are asked for in this service. */
export function listsNumbers(service: string | undefined): boolean {
  return service !== undefined && isServiceName(service) && services[service].listsNumbers;
}

/** For the README. */
export function serviceTable(): string {
  return [
    '| service | is | card |',
    '|---|---|---|',
    ...serviceNames.map((name) => `| \`${name}\` | ${services[name].means} | ${services[name].card} |`),
  ].join('\n');
}
