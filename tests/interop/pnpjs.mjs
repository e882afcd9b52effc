// PnPjs with its own behaviours for Node.js and msal, against the site of a sandbox.
// Argument: a JSON file {site, sharepoint, tenant, client, thumbprint, key}.
// Prints one JSON object: for each step its value, or {refused: {status, code}}.
import { readFileSync } from 'node:fs';
import { EnvHttpProxyAgent, setGlobalDispatcher } from 'undici';
import { MSAL, SPDefault } from '@pnp/nodejs';
import { spfi } from '@pnp/sp';
import { Web } from '@pnp/sp/webs/index.js';
import '@pnp/sp/presets/all.js';

const given = JSON.parse(readFileSync(process.argv[2], 'utf8'));
setGlobalDispatcher(new EnvHttpProxyAgent());

// The msal inside speaks to a proxy in a way of its own; its network module may be given.
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
const seen = {};
const step = async (name, work) => {
  try {
    seen[name] = (await work()) ?? null;
  } catch (problem) {
    if (!problem.response) throw new Error(`${name}: ${problem.message}`);
    const body = await problem.response.clone().json();
    const error = body['odata.error'] ?? body.error;
    seen[name] = { refused: { status: problem.status, code: error.code, text: error.message.value } };
  }
  return seen[name];
};

// Site
await step('web', () => sp.web.select('Title', 'Url')());
await step('web update', () => sp.web.update({ Description: 'Gezet met PnPjs' }));
await step('web description', () => sp.web.select('Description')().then((web) => web.Description));
await step('context', () => sp.web.getContextInfo().then((info) => info.FormDigestTimeoutSeconds));
await step('exists', () => sp.site.exists(given.site));
await step('exists not', () => sp.site.exists(`${given.sharepoint}/sites/none`));
await step('languages', () => sp.web.regionalSettings.getInstalledLanguages());
await step('time zones', () => sp.web.regionalSettings.timeZones().then((zones) => zones.map((zone) => zone.Id)));
const user = await step('ensure user', () => sp.web.ensureUser(given.upn));

// Lists
const made = await step('list add', () => sp.web.lists.add('PnP Lijst', 'omschrijving', 100, false, { EnableFolderCreation: false }));
const target = await sp.web.lists.add('Doelen');
await step('list ensure new', () => sp.web.lists.ensure('Zeker', 'een').then((result) => result.created));
await step('list ensure old', () => sp.web.lists.ensure('Zeker', 'twee').then((result) => result.created));
await step('list by id', () => sp.web.lists.getById(made.Id).select('Title')().then((list) => list.Title));
await step('list by url', () => sp.web.getList('/sites/demo/Lists/PnP Lijst').select('Id')().then((list) => list.Id));
const list = sp.web.lists.getByTitle('PnP Lijst');
await step('list update', () => list.update({ Description: 'nieuw' }));
await step('list', () => list.select('Description', 'BaseTemplate', 'ListItemEntityTypeFullName')());
await step('parents', () => list.getParentInfos());
await step('content types', () => list.contentTypes.select('Name')().then((types) => types.map((type) => type.Name)));
await step('receivers', () => list.eventReceivers());
await step('list missing', () => sp.web.lists.getByTitle('Bestaat niet')());
await step('list twice', () => sp.web.lists.add('PnP Lijst'));

// Fields
const fields = list.fields;
await fields.addText('Kort', { MaxLength: 100 });
await fields.addMultilineText('Lang', { NumberOfLines: 6, RichText: false });
await fields.addNumber('Getal', { MinimumValue: 0, MaximumValue: 100 });
await fields.addCurrency('Bedrag', { CurrencyLocaleId: 1043 });
await fields.addDateTime('Datum', { DisplayFormat: 0, DateTimeCalendarType: 1, FriendlyDisplayFormat: 1 });
await fields.addChoice('Keuze', { Choices: ['a', 'b'], EditFormat: 0 });
await fields.addMultiChoice('Keuzes', { Choices: ['x', 'y'] });
await fields.addBoolean('Waar');
await fields.addUser('Eigenaar', { SelectionMode: 0 });
await fields.addUrl('Koppeling', { DisplayFormat: 0 });
await fields.addCalculated('Dubbel', { Formula: '=[Getal]*2', OutputType: 9 });
const lookup = await fields.addLookup('Doel', { LookupListId: target.Id, LookupFieldName: 'Title' });
await fields.addDependentLookupField('Doelnummer', lookup.Id, 'ID');
await step('field as xml', () => fields.createFieldAsXml({ SchemaXml: '<Field Type="Text" DisplayName="Via XML" Name="ViaXml"/>', Options: 8 }));
await step('field types', () => fields.filter("Group eq 'Custom Columns' or InternalName eq 'Kort'").select('InternalName', 'TypeAsString')());
await step('field update', () => fields.getByTitle('Kort').update({ Title: 'Korter', Indexed: true }));
await step('field typed update', () => fields.getByTitle('Keuze').update({ Choices: ['a', 'b', 'c'] }, 'SP.FieldChoice'));
await step('field many people', () => fields.getByTitle('Eigenaar').update({ AllowMultipleValues: true }, 'SP.FieldUser'));
await step('field', () => fields.getByInternalNameOrTitle('Kort').select('Title', 'Indexed', 'MaxLength')());
await step('field choices', () => fields.getByTitle('Keuze').select('Choices')().then((field) => field.Choices));
await step('field hidden in form', () => fields.getByTitle('Getal').setShowInNewForm(false));
await step('field schema', () => fields.getByTitle('Getal').select('SchemaXml')().then((field) => field.SchemaXml));
await step('field delete', () => fields.getByTitle('Waar').delete());
await step('field gone', () => fields.getByTitle('Waar')());
await step('site column', () => sp.web.fields.addText('Afdeling', { Group: 'Gemeente' }).then((field) => field.Group));
await step('site column title', () => sp.site.rootWeb.fields.getById('fa564e0f-0c70-4ab9-b863-0177e6ddd247').select('InternalName')());

// Views
const view = await step('view add', () => list.views.add('Mijn weergave', false, { RowLimit: 10, ViewQuery: '<OrderBy><FieldRef Name="Title"/></OrderBy>' }));
const views = list.views.getById(view.Id);
await step('view fields add', () => views.fields.add('Getal'));
await step('view fields move', () => views.fields.move('Getal', 0));
await step('view fields', () => views.fields().then((found) => found.Items));
await step('view fields remove', () => views.fields.remove('Getal'));
await step('view update', () => views.update({ RowLimit: 20 }));
await step('view xml', () => views.setViewXml('<View><ViewFields><FieldRef Name="LinkTitle"/></ViewFields><RowLimit>7</RowLimit></View>'));
await step('view', () => list.views.getByTitle('Mijn weergave').select('RowLimit', 'PersonalView', 'DefaultView')());
await step('view default', () => list.defaultView.select('DefaultView')().then((found) => found.DefaultView));
await step('view delete', () => views.delete());
await step('views', () => list.views.select('Title')().then((found) => found.map((one) => one.Title)));

// Items
const goal = await sp.web.lists.getByTitle('Doelen').items.add({ Title: 'Doelrij' });
await step('item add', () => list.items.add({
  Title: 'Een', Kort: 'k', Lang: 'regels', Getal: 3, Bedrag: 1.5, Datum: '2026-11-30T23:00:00Z', Keuze: 'a', Keuzes: ['x', 'y'],
  EigenaarId: [user.Id], DoelId: goal.Id, Koppeling: { Url: 'https://a.example', Description: 'd' },
}));
await step('item', () => list.items.getById(1)());
await step('item expanded', () => list.items.getById(1).select('Eigenaar/EMail', 'Doel/Title').expand('Eigenaar', 'Doel')());
await step('item update', () => list.items.getById(1).update({ Title: 'Eén', Getal: 4 }));
await step('item old etag', () => list.items.getById(1).update({ Title: 'Nee' }, '"00000000-0000-0000-0000-000000000000,1"'));
await step('item cleared', () => list.items.getById(1).update({ Datum: null, Keuzes: [] }));
await step('item unknown', () => list.items.add({ Nergens: 1 }));
await step('item as text', () => list.items.getById(1).fieldValuesAsText().then((found) => found.Getal));
await step('item versions', () => list.items.getById(1).versions().then((found) => found.map((one) => one.VersionLabel)));
await step('item form', () => list.items.getById(1).validateUpdateListItem([{ FieldName: 'Getal', FieldValue: '5,5' }]));
await step('item by path', () => list.addValidateUpdateItemUsingPath([{ FieldName: 'Title', FieldValue: 'Twee' }], '/sites/demo/Lists/PnP Lijst'));
await step('item list', () => list.items.getById(1).list.select('Title')().then((found) => found.Title));

// Batches
const [batched, execute] = sp.batched();
const inBatch = batched.web.lists.getByTitle('PnP Lijst');
const ids = [];
for (let number = 1; number <= 45; number += 1) {
  inBatch.items.add({ Title: `Rij ${number}`, Getal: number }).then((one) => ids.push(one.Id));
}
await execute();
seen['batch ids'] = ids;
const [mixed, run] = sp.batched();
const mixedList = mixed.web.lists.getByTitle('PnP Lijst');
const answers = {};
mixedList.items.select('Id').top(2)().then((found) => { answers.read = found.length; });
mixedList.items.getById(5).update({ Title: 'In batch' }).then((found) => { answers.updated = typeof found.etag; });
mixedList.items.getById(6).delete().then(() => { answers.deleted = true; });
mixedList.items.getById(7).recycle().then((entry) => { answers.recycled = entry.length; });
mixedList.fields.addText('InBatch').then((field) => { answers.field = field.InternalName; });
mixedList.items.getById(9999)().catch((problem) => { answers.missing = problem.status; });
mixedList.select('ItemCount')().then((found) => { answers.count = found.ItemCount; });
await run();
seen['batch mixed'] = answers;

// Queries
await step('filter', () => list.items.select('Id', 'Title').filter("startswith(Title,'Rij 4') and Getal gt 41").orderBy('Id', false)());
await step('filter built', () => list.items.select('Title').filter((f) => f.text('Title').equals('Rij 10').or().number('Getal').greaterThan(44))());
await list.items.add({ Title: "O'Brien & co #1 50%" });
await step('quoted', () => list.items.select('Title').filter("Title eq 'O''Brien & co #1 50%'")());
await step('skip', () => list.items.select('Id').top(2).skip(10)().then((found) => found.map((one) => one.Id)));
await step('pages', async () => {
  const sizes = [];
  for await (const page of list.items.select('Id').top(20)) sizes.push(page.length);
  return sizes;
});
await step('caml', () => list.getItemsByCAMLQuery({ ViewXml: "<View><Query><Where><Eq><FieldRef Name='Title'/><Value Type='Text'>Rij 9</Value></Eq></Where></Query></View>" }).then((found) => found.map((one) => one.Title)));
await step('stream', () => list.renderListDataAsStream({ ViewXml: "<View><ViewFields><FieldRef Name='Title'/></ViewFields><RowLimit>2</RowLimit></View>" }).then((found) => found.Row.map((one) => one.Title)));
await step('changes', () => list.getChanges({ Item: true, Add: true, FetchLimit: '3' }).then((found) => found.map((one) => one.ChangeType)));

// Attachments, permissions, navigation
await list.items.getById(1).attachmentFiles.add('a.txt', 'inhoud');
await step('attachment', () => list.items.getById(1).attachmentFiles.getByName('a.txt').getText());
await list.items.getById(1).attachmentFiles.getByName('a.txt').delete();
await step('attachments', () => list.items.getById(1).attachmentFiles());
await list.breakRoleInheritance(false, true);
await list.roleAssignments.add(user.Id, 1073741826);
await step('assignments', () => list.roleAssignments.expand('Member', 'RoleDefinitionBindings')().then((found) => found.filter((one) => one.PrincipalId === user.Id).map((one) => [one.Member.Title, one.RoleDefinitionBindings[0].RoleTypeKind])));
await list.resetRoleInheritance();
await step('link', () => sp.web.navigation.quicklaunch.add('PnP', '/sites/demo', true).then((node) => node.Title));
await step('list recycle', () => list.recycle());
await step('list recycled', () => list());

// Wider: what other callers of PnPjs do
await step('sub site', () => sp.web.webs.add('Deel', 'deel', 'd', 'STS', 1043, true).then((made) => made.Title));
await step('sub sites', () => sp.web.webs.select('Title')().then((found) => found.map((one) => one.Title)));
await step('web infos', () => sp.web.webinfos().then((found) => found.map((one) => one.ServerRelativeUrl)));
await step('filtered sub sites', () => sp.web.getSubwebsFilteredForCurrentUser().select('Title')().then((found) => found.length));
await step('sub site delete', () => Web([sp.web, `${given.site}/deel`]).delete());
await step('all properties', () => sp.web.allProperties().then((found) => found.vti_x005f_defaultlanguage));
await step('root web', () => sp.site.rootWeb.select('Title')().then((found) => found.Title));
await step('site group', () => sp.web.siteGroups.add({ Title: 'PnP groep' }).then((group) => group.Title));
await step('group update', () => sp.web.siteGroups.getByName('PnP groep').update({ Description: 'nieuw', AllowMembersEditMembership: true }));
await step('group owner', () => sp.web.siteGroups.getByName('PnP groep').setUserAsOwner(user.Id));
await step('group users add', () => sp.web.siteGroups.getByName('PnP groep').users.add(`i:0#.f|membership|${given.upn}`).then(() => true));
await step('group users', () => sp.web.siteGroups.getByName('PnP groep').users().then((found) => found.map((one) => one.Title)));
await step('group users remove', () => sp.web.siteGroups.getByName('PnP groep').users.removeById(user.Id));
await step('group remove', () => sp.web.siteGroups.removeByLoginName('PnP groep'));
await step('site users', () => sp.web.siteUsers.getByEmail(given.upn)().then((found) => found.Title));
await step('current user groups', () => sp.web.siteUsers.getById(user.Id).groups().then((found) => found.length));
await step('associated groups', () => Promise.all([sp.web.associatedOwnerGroup(), sp.web.associatedMemberGroup(), sp.web.associatedVisitorGroup()]).then((found) => found.map((one) => one.Id)));
await step('role definitions', () => sp.web.roleDefinitions().then((found) => found.length));
await step('role definition add', () => sp.web.roleDefinitions.add('PnP niveau', 'd', 500, { High: 176, Low: 138612833 }).then((role) => role.data?.Name ?? role.Name ?? true));
await step('role definition delete', () => sp.web.roleDefinitions.getByName('PnP niveau').delete());
await step('permissions', () => sp.web.currentUserHasPermissions(1));
await step('user permissions', () => sp.web.getUserEffectivePermissions(`i:0#.f|membership|${given.upn}`).then((found) => typeof found.High));
const rights = await sp.web.lists.ensure('Rechten');
const secured = sp.web.lists.getByTitle('Rechten');
const one = await secured.items.add({ Title: 'x' });
await step('item inheritance', async () => {
  const item = secured.items.getById(one.Id);
  await item.breakRoleInheritance(true);
  await item.roleAssignments.add(user.Id, 1073741827);
  const count = (await item.roleAssignments()).length;
  await item.roleAssignments.remove(user.Id, 1073741827);
  await item.resetRoleInheritance();
  return count;
});
await step('unique', () => secured.select('HasUniqueRoleAssignments')().then((found) => found.HasUniqueRoleAssignments));
await step('ancestor', () => secured.firstUniqueAncestorSecurableObject().then((found) => found.Title));
await step('item as html', () => secured.items.getById(one.Id).fieldValuesAsHTML().then((found) => found.Title));
await step('item effective permissions', () => secured.items.getById(one.Id).effectiveBasePermissions().then((found) => found.High));
await step('list effective permissions', () => secured.effectiveBasePermissions().then((found) => found.High));
await step('item delete with parameters', () => secured.items.getById(one.Id).deleteWithParams({ BypassSharedLock: true }));
await step('reserve id', () => secured.reserveListItemId());
await step('related fields', () => secured.relatedFields().then((found) => found.length));
await step('item parents', () => secured.items.add({ Title: 'p' }).then((made) => secured.items.getById(made.Id).getParentInfos()).then((found) => [found.ParentList.Title, found.ParentWeb.ServerRelativeUrl]));
await step('list data', () => secured.renderListData('<View><RowLimit>1</RowLimit></View>').then((found) => found.Row?.length ?? 0));
await step('list default view', () => secured.defaultView.fields().then((found) => found.Items));
await step('subscriptions', () => secured.subscriptions().then((found) => found.length));
await step('custom actions', () => secured.userCustomActions().then((found) => found.length));

// Files and folders
const documents = sp.web.getFolderByServerRelativePath('Shared Documents');
await step('folder add', () => documents.folders.addUsingPath('PnP map').then((folder) => folder.Name));
await step('folder sub', () => documents.folders.getByUrl('PnP map').addSubFolderUsingPath('Binnen').then(() => true));
await step('file add', () => documents.files.addUsingPath('a.txt', 'inhoud', { Overwrite: true }).then((file) => file.Name));
await step('file text', () => sp.web.getFileByServerRelativePath('/sites/demo/Shared Documents/a.txt').getText());
await step('file exists', () => sp.web.getFileByServerRelativePath('/sites/demo/Shared Documents/a.txt').exists());
await step('file exists not', () => sp.web.getFileByServerRelativePath('/sites/demo/Shared Documents/niet.txt').exists());
await step('file chunked', () => documents.files.addChunked('groot.bin', new Blob([new Uint8Array(3000000).fill(65)]), { Overwrite: true, chunkSize: 1000000 }).then((file) => file.Length));
await step('file content', () => sp.web.getFileByServerRelativePath('/sites/demo/Shared Documents/a.txt').setContent('anders').then(() => true));
await step('file buffer', () => sp.web.getFileByServerRelativePath('/sites/demo/Shared Documents/groot.bin').getBuffer().then((found) => found.byteLength));
const file = sp.web.getFileByServerRelativePath('/sites/demo/Shared Documents/a.txt');
await step('file item', () => file.getItem('Id').then((item) => item.Id));
await step('file checkout', () => file.checkout());
await step('file checkin', () => file.checkin('klaar'));
await step('file versions', () => file.versions().then((found) => found.map((one) => one.VersionLabel)));
await step('file version delete', () => file.versions.deleteByLabel('1.0'));
await step('file copy', () => file.copyByPath('/sites/demo/Shared Documents/PnP map/b.txt', false).then(() => true));
await step('library', () => sp.web.lists.add('PnP archief', '', 101).then((made) => made.Title));
await step('file move', () => sp.web.getFileByServerRelativePath('/sites/demo/Shared Documents/PnP map/b.txt').moveByPath('/sites/demo/PnP archief/b.txt', false).then(() => true));
await step('folder copy', () => sp.web.getFolderByServerRelativePath('/sites/demo/Shared Documents/PnP map').copyByPath('/sites/demo/PnP archief/Map').then(() => true));
await step('folder move', () => sp.web.getFolderByServerRelativePath('/sites/demo/PnP archief/Map').moveByPath('/sites/demo/PnP archief/Kaart').then(() => true));
await step('folder files', () => sp.web.getFolderByServerRelativePath('/sites/demo/PnP archief').files.select('Name')().then((found) => found.map((one) => one.Name)));
await step('file by id', async () => sp.web.getFileById((await file.select('UniqueId')()).UniqueId).select('Name')().then((found) => found.Name));
await step('file recycle', () => file.recycle().then((entry) => entry.length));
await step('bin', () => sp.web.recycleBin().then((found) => found.length > 0));
await step('bin restore', async () => { const [entry] = await sp.web.recycleBin.filter("LeafName eq 'a.txt'")(); await sp.web.recycleBin.getById(entry.Id).restore(); return file.exists(); });
await step('file delete', () => file.delete());
await step('file delete with parameters', () => sp.web.getFileByServerRelativePath('/sites/demo/Shared Documents/groot.bin').deleteWithParams({ BypassSharedLock: true }));
await step('folder delete', () => sp.web.getFolderByServerRelativePath('/sites/demo/PnP archief/Kaart').delete());
await step('site pages library', () => sp.web.lists.ensureSitePagesLibrary().then((found) => found.select('Title')()).then((found) => found.Title));

// Regional settings, navigation, the rest
await step('regional', () => sp.web.regionalSettings().then((found) => found.LocaleId));
await step('time zone', () => sp.web.regionalSettings.timeZone().then((found) => found.Id));
await step('to utc', () => sp.web.regionalSettings.timeZone.localTimeToUTC(new Date('2026-07-01T12:00:00')));
await step('node', () => sp.web.navigation.quicklaunch().then((found) => found.length > 0));
await step('node children', async () => { const [node] = await sp.web.navigation.quicklaunch(); await sp.web.navigation.quicklaunch.getById(node.Id).children.add('Kind', '/sites/demo'); return sp.web.navigation.quicklaunch.getById(node.Id).children().then((found) => found.map((one) => one.Title)); });
await step('node update', async () => { const [node] = await sp.web.navigation.quicklaunch(); await sp.web.navigation.quicklaunch.getById(node.Id).update({ Title: 'Begin' }); return (await sp.web.navigation.quicklaunch.getById(node.Id)()).Title; });
await step('node move', async () => { const [a, b] = await sp.web.navigation.quicklaunch(); await sp.web.navigation.quicklaunch.moveAfter(a.Id, b.Id); return (await sp.web.navigation.quicklaunch())[1].Id === a.Id; });
await step('menu state', () => spfi(given.site).using(SPDefault(), MSAL(config, [`${given.sharepoint}/.default`])).navigation.getMenuState().then((found) => found.Nodes.length > 0));
await step('search', () => sp.search('x').then(() => true));
await step('storage entity', () => sp.web.getStorageEntity('x').then(() => true));
await step('hub sites', () => sp.hubSites().then((found) => found.length));
await step('hub register', () => sp.site.registerHubSite());
await step('hub data', () => sp.web.hubSiteData().then((found) => found.name));
await step('hub unregister', () => sp.site.unRegisterHubSite());
await step('modern site', () => sp.site.createCommunicationSite('Nieuw', 1043, false, `${given.sharepoint}/sites/pnpnieuw`, undefined, undefined, undefined, undefined, given.upn).then((made) => made.SiteStatus));
await step('group site', () => sp.site.createModernTeamSite('Ploeg', 'ploegpnp', true, 1043).then(() => true));

console.log(JSON.stringify(seen));
