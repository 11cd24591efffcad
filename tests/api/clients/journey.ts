// The same in TypeScript: the types are made of the description, openapi-fetch calls by them. ADDRESS, TOKEN and FORM come by the environment.
import createClient from "openapi-fetch";
import type { components, paths } from "./kaiban.js";

type Application = components["schemas"]["Application"];

function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(name);
  return value;
}

function sure<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Error(what);
  return value;
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

const opened = await client.POST("/api/v1/cases", {
  params: { header: { "Idempotency-Key": "T-1" } },
  body: form,
});
const no = sure(opened.data, JSON.stringify(opened.error)).case_no;

const path = { no };
const followed = sure((await client.GET("/api/v1/cases/{no}", { params: { path } })).data, "case");
if (followed.status !== "needs_correction") throw new Error(followed.status);
const notice = sure(followed.notices[0], "notice");
const item = sure(notice.items[0], "item");

const corrected = await client.PATCH("/api/v1/cases/{no}/form", {
  params: { path },
  body: { changes: { [item.pointer]: "晨光" }, version: notice.version },
});
sure(corrected.data, JSON.stringify(corrected.error));

const ended = sure((await client.GET("/api/v1/cases/{no}", { params: { path } })).data, "case");
if (ended.status !== "completed") throw new Error(ended.status);
const pdf = await client.GET("/api/v1/cases/{no}/package.pdf", {
  params: { path },
  parseAs: "text",
});
if (!sure(pdf.data, "package").startsWith("%PDF-")) throw new Error("no PDF");
