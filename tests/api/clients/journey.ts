// The same in TypeScript: the types are made of the description, openapi-fetch calls by them. ADDRESS, TOKEN, FORM and SCANS, a folder of scans called by
// the keys of their materials, come by the environment.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import createClient from "openapi-fetch";
import type { components, paths } from "./kaiban.js";

type Application = components["schemas"]["Application"];
type SentFile = components["schemas"]["SentFile"];

function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(name);
  return value;
}

function sure<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Error(what);
  return value;
}

function scanned(key: string, of: string[] | null): SentFile {
  const folder = given("SCANS");
  const name = sure(readdirSync(folder).find((each) => each.startsWith(`${key}.`)), key);
  return { name, content: readFileSync(join(folder, name)).toString("base64"), of: of ?? [] };
}

const client = createClient<paths>({
  baseUrl: given("ADDRESS"),
  headers: { Authorization: `Bearer ${given("TOKEN")}` },
});
const form: Application = JSON.parse(given("FORM"));

const refused = await client.POST("/api/v1/cases", {
  params: { header: { "Idempotency-Key": "T-0" } },
  body: {},
});
const defects = sure(refused.error?.errors, "a list of defects");
if (!sure(defects[0], "a defect").pointer.startsWith("/")) throw new Error("pointer");

const checked = sure((await client.POST("/api/v1/form/check", { body: form })).data, "check");
const missing = checked.errors.map((each) => each.code);
if (missing.some((each) => each !== "materials.missing")) throw new Error(missing.join());
form.materials = Object.fromEntries(
  checked.materials.map((each) => [each.key, [scanned(each.key, each.of)]]),
);
const opened = await client.POST("/api/v1/cases", {
  params: { header: { "Idempotency-Key": "T-1" } },
  body: form,
});
const no = sure(opened.data, JSON.stringify(opened.error)).case_no;

const path = { no };

async function asked() {
  const found = sure((await client.GET("/api/v1/cases/{no}", { params: { path } })).data, "case");
  if (found.status !== "needs_correction") throw new Error(found.status);
  const notice = sure(found.notices.find((each) => each.version), "notice");
  return { item: sure(notice.items[0], "item"), version: notice.version };
}

const name = await asked();
const corrected = await client.PATCH("/api/v1/cases/{no}/form", {
  params: { path },
  body: { changes: { [name.item.pointer]: "晨光" }, version: name.version },
});
sure(corrected.data, JSON.stringify(corrected.error));

const { key, link } = await asked().then(({ item }) => ({ key: item.material, link: item.link }));
const brought = await client.POST("/api/v1/cases/{no}/materials/{key}", {
  params: { path: { no, key }, header: { "Idempotency-Key": "T-2" } },
  body: { files: [scanned(key, null)] },
});
const there = sure(brought.data, JSON.stringify(brought.error)).materials;
const material = sure(there.find((each) => each.key === key), key);
if (material.state !== "there") throw new Error(material.state);
const settled = await client.PATCH("/api/v1/cases/{no}/form", {
  params: { path },
  body: { confirmed: [link], version: (await asked()).version },
});
sure(settled.data, JSON.stringify(settled.error));

const ended = sure((await client.GET("/api/v1/cases/{no}", { params: { path } })).data, "case");
if (ended.status !== "completed") throw new Error(ended.status);
const pdf = await client.GET("/api/v1/cases/{no}/package.pdf", {
  params: { path },
  parseAs: "text",
});
if (!sure(pdf.data, "package").startsWith("%PDF-")) throw new Error("no PDF");
