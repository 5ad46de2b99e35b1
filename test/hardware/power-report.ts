import type { AuditResult } from '../../src/cli/audit-state.js';

/** What a kiosk whose power will be cut tells the machine that does it, one JSON object a line. */
export type Report =
  | { readonly after: 'boot' | 'start'; readonly audit: AuditResult }
  | { readonly state: string }
  | { readonly ending: string };
