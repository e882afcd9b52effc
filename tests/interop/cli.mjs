// Runs a table of commands through the CLI for Microsoft 365 in one process, as a script of its users would.
// Argument: a JSON file with a list of {command, options}. Prints one JSON list of {output} or {error}.
import { readFileSync } from 'node:fs';
import { executeCommand } from '@pnp/cli-microsoft365';

const results = [];
for (const { command, options } of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  try {
    const { stdout } = await executeCommand(command, { ...options, output: 'json' });
    results.push({ output: stdout ? JSON.parse(stdout) : null });
  } catch (problem) {
    const error = problem.error ?? problem;
    results.push({ error: error.message?.value ?? error.message ?? String(error) });
  }
}
console.log(JSON.stringify(results));
