// Loaded before a process of a drill: its clock shows a minute for every second. Spans are measured as they are.
const start = Date.now();
const { now } = Date;
Date.now = () => start + (now() - start) * 60;
