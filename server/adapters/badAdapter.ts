/** An adapter file unlike those our trainer and exporters write; the message completes "it cannot be used: ". */
export class BadAdapter extends Error {}
