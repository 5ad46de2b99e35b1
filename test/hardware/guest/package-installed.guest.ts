import { t } from 'tap';
// In one process: to load the test framework takes an emulated processor longer than many a test.
import './package/safe-off.js';
import './package/sandbox.js';
import './package/uninstall.js';

t.setTimeout(1_800_000);
