import htmx from "htmx.org";
import "./desk.css";
import { watchActs } from "./acts";
import { watchOpening } from "./ahead";
import { watchBoard } from "./board";
import { watchBulk } from "./bulk";
import { showKind, watchComposer } from "./composer";
import { watchHanding } from "./hand";
import { watchKeys } from "./keys";
import { watchLive } from "./live";
import { watchLooks } from "./looks";
import { watchMending } from "./mend";
import { watchMenus } from "./menus";
import { watchMerging } from "./merge";
import { watchNear } from "./near";
import { watchPalette } from "./palette";
import { watchReach } from "./reach";
import { watchForms } from "./studio";
import { opened, watchThread } from "./thread";
import { keepTime } from "./time";
import { watchViews } from "./views";
import { watchWall } from "./wall";
import { watchWrap } from "./wrap";

// The pages' Content-Security-Policy allows neither eval nor inline styles.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0;
htmx.config.refreshOnHistoryMiss = true;

watchMenus();
watchForms();
watchReach();
watchWall();
if (document.getElementById("desk")) {
  watchOpening(opened);
  watchNear();
  watchThread();
  watchComposer();
  watchActs();
  watchBulk();
  watchBoard();
  watchViews();
  watchWrap();
  watchHanding();
  watchMending();
  watchMerging();
  watchKeys();
  watchPalette();
  watchLooks();
  watchLive();
  keepTime();
  opened();
  if (location.hash === "#note") showKind("note");
}
