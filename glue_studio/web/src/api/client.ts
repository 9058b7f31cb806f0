/** Requests to the server, typed by its OpenAPI document; what fails is an ApiError with a sentence. */
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Inspection = Schemas["Inspection"];
export type NodeView = Schemas["NodeView"];
export type Column = Schemas["Column"];
export type Problem = Schemas["Problem"];
export type FieldForm = Schemas["FieldForm"];
export type KindForm = Schemas["KindForm"];
export type Preview = Schemas["Preview"];
export type TableView = Schemas["TableView"];
export type Run = Schemas["Run"];
export type JobState = Schemas["JobState"];
export type Flow = Schemas["Flow"];
export type Comparison = Schemas["Comparison"];
export type Change = Schemas["Edit"]["change"];

export const api = createClient<paths>({ baseUrl: "" });

/** A request that could not be done: `node` is the name of a node that failed. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly node = "",
    readonly stopped = false,
  ) {
    super(message);
  }
}

interface Reply<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Return what a request answered, or throw an ApiError. */
export async function answer<T>(request: Promise<Reply<T>>): Promise<T> {
  let reply: Reply<T>;
  try {
    reply = await request;
  } catch (problem) {
    if (problem instanceof DOMException && problem.name === "AbortError") throw problem;
    throw new ApiError("The Studio's server does not answer. Is \"make studio\" still running?", 0);
  }
  if (!reply.response.ok) throw asError(reply.error, reply.response.status);
  return reply.data as T;
}

/** Ask for something whose end is seen elsewhere; a server that is gone is told where it matters. */
export function tell(request: Promise<Reply<unknown>>): void {
  answer(request).catch((problem: unknown) => console.warn(wordsOf(problem)));
}

function asError(error: unknown, status: number): ApiError {
  const said = (typeof error === "object" && error ? error : { detail: error }) as Record<string, unknown>;
  const detail = said["detail"];
  const words = Array.isArray(detail)
    ? detail.map((one: { loc: string[]; msg: string }) => `${one.loc.slice(1).join(".")}: ${one.msg}`).join("; ")
    : String(detail ?? `the server answered ${status}`);
  return new ApiError(words, status, String(said["node"] ?? ""), said["stopped"] === true);
}

/** Return the words of anything that was thrown. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
