import { MyEvent } from "./types.js";
/** Events of one stream after another: `open` is told the last id that came. Ends by `signal`. */
export declare function events(open: (last: string | null) => Promise<Response>, pause: (milliseconds: number) => Promise<void>, quiet: number, signal?: AbortSignal): AsyncGenerator<MyEvent, void, undefined>;
