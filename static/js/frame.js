// What every page has: theme, search, shortcuts, polling, lost connections, errors.

import { watchConnection } from "./connection.js";
import { listenToKeys } from "./keys.js";
import { pollWhileVisible } from "./polling.js";
import { linkRows } from "./rows.js";
import { switchTheme } from "./theme.js";
import "./token.js";
import { keepTimes } from "./times.js";
import "./zone.js";

switchTheme();
listenToKeys();
pollWhileVisible();
watchConnection();
linkRows();
keepTimes();
