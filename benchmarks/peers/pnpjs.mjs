// PnPjs with batching, used well: all lists in one batch, all columns in the next, then the views.
// Argument: a JSON file as comparison.py makes it.
import { readFileSync } from 'node:fs';
import { EnvHttpProxyAgent, setGlobalDispatcher } from 'undici';
import { MSAL, SPDefault } from '@pnp/nodejs';
import { spfi } from '@pnp/sp';
import '@pnp/sp/presets/all.js';

const given = JSON.parse(readFileSync(process.argv[2], 'utf8'));
setGlobalDispatcher(new EnvHttpProxyAgent());
const send = async (method, url, options) => {
  const answer = await fetch(url, { method, headers: options?.headers, body: options?.body });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.json() };
};
const config = {
  auth: {
    clientId: given.client,
    authority: `https://login.microsoftonline.com/${given.tenant}`,
    clientCertificate: { thumbprint: given.thumbprint, privateKey: given.key },
  },
  system: {
    networkClient: {
      sendGetRequestAsync: (url, options) => send('GET', url, options),
      sendPostRequestAsync: (url, options) => send('POST', url, options),
    },
  },
};
const sp = spfi(given.site).using(SPDefault(), MSAL(config, [`${given.sharepoint}/.default`]));
const together = async (work) => {
  const [batched, execute] = sp.batched();
  const promises = work(batched);
  await execute();
  return Promise.all(promises);
};
const eachList = (batched, work) => given.lists.flatMap((one) => work(batched.web.lists.getByTitle(one.title), one));

if (given.job === 'build') {
  await together((batched) => given.lists.map((one) => batched.web.lists.add(one.title, '', one.template)));
  await together((batched) => eachList(batched, (list, one) => one.fields.map((SchemaXml) => list.fields.createFieldAsXml({ SchemaXml, Options: 8 }))));
  await together((batched) => eachList(batched, (list, one) => one.views.map((view) => list.views.add(view.title, false, { ViewQuery: view.query }))));
  await together((batched) => eachList(batched, (list, one) => one.views.flatMap((view) => view.fields.map((name) => list.views.getByTitle(view.title).fields.add(name)))));
} else if (given.job === 'verify') {
  await together((batched) => eachList(batched, (list) => [list(), list.fields(), list.views.expand('ViewFields')()]));
} else {
  const filter = `DueDate lt datetime'${given.before}' and (PercentDone eq null or PercentDone eq 0)`;
  const rows = await sp.web.lists.getByTitle(given.title).items.filter(filter).select('Id').top(2000)();
  await together((batched) => rows.map((row) => batched.web.lists.getByTitle(given.title).items.getById(row.Id).update({ PercentDone: 50 })));
  if (rows.length !== given.due) throw new Error(`${rows.length} rows`);
}
