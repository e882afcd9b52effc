// The CLI for Microsoft 365 as a script of its users would call it, in one process; the sign-in is kept in its home.
// Argument: a JSON file as comparison.py makes it.
import { readFileSync } from 'node:fs';
import { executeCommand } from '@pnp/cli-microsoft365';

const given = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const run = async (command, options) => {
  const { stdout } = await executeCommand(command, { ...options, webUrl: given.site, output: 'json' });
  return stdout ? JSON.parse(stdout) : null;
};

if (given.job === 'build') {
  for (const one of given.lists) {
    await run('spo list add', { title: one.title, baseTemplate: one.template === 101 ? 'DocumentLibrary' : 'GenericList' });
    for (const xml of one.fields) await run('spo field add', { listTitle: one.title, xml, options: 'AddFieldInternalNameHint' });
    for (const view of one.views) {
      await run('spo list view add', { listTitle: one.title, title: view.title, fields: view.fields.join(','), viewQuery: view.query || undefined });
    }
  }
} else {
  for (const one of given.lists) {
    await run('spo list get', { title: one.title });
    await run('spo field list', { listTitle: one.title });
    await run('spo list view list', { listTitle: one.title });
  }
}
