"use strict";
// The store explorer: the only part of the report that needs a script. Its data stand in the page as JSON.
(() => {
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
  const source = document.getElementById("stores-data");
  if (!source) return;
  const data = JSON.parse(source.textContent);
  const [WIDTH, HEIGHT] = [1000, 400];
  const byId = (id) => document.getElementById(id);
  const [search, list, order, status] = ["store-search", "store-list", "store-order", "store-status"].map(byId);
  const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
  const fine = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
  const minus = (text) => text.replace("-", "\u2212");
  const unknown = (value) => value === null || value === undefined;
  const quantity = (value) => (unknown(value) ? "\u2013" : minus((Math.abs(value) < 100 ? fine : whole).format(value)));
  const shares = (signDisplay) =>
    new Intl.NumberFormat("en", { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay });
  const [plain, signed] = [shares("negative"), shares("exceptZero")];
  const percent = (value, format = plain) => (unknown(value) ? "\u2013" : minus(format.format(value)));
  const compact = (value) => {
    const [unit, suffix] = [[1e9, "bn"], [1e6, "M"], [1e3, "k"]].find(([unit]) => value >= unit) ?? [1, ""];
    return `${Number((value / unit).toPrecision(3))}${suffix}`;
  };
  const named = (store) => (store.place ? `${store.name}, ${store.place}` : store.name);

  const ticksTo = (top) => {
    if (!(top > 0)) return [0, 1];
    const power = 10 ** Math.floor(Math.log10(top / 4));
    const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step * 5 >= top);
    return Array.from({ length: Math.ceil(top / step - 1e-9) + 1 }, (_, i) => step * i);
  };

  const plane = (top) => {
    const point = (i, value) => {
      const x = (i / Math.max(1, data.months.length - 1)) * WIDTH;
      return `${x.toFixed(1)} ${(HEIGHT * (1 - value / top)).toFixed(1)}`;
    };
    const line = (start, values) => {
      let [path, drawing] = ["", false];
      values.forEach((value, i) => {
        if (!unknown(value)) path += (drawing ? "L" : "M") + point(start + i, value);
        drawing = !unknown(value);
      });
      return path;
    };
    const dots = (start, values) =>
      values.map((value, i) => (unknown(value) ? "" : `M${point(start + i, value)}h0`)).join("");
    const band = (start, lower, upper) => {
      const known = lower.map((_, i) => i).filter((i) => !unknown(lower[i]) && !unknown(upper[i]));
      const out = known.map((i) => point(start + i, upper[i]));
      const back = known.reverse().map((i) => point(start + i, lower[i]));
      return out.length > 1 ? `M${[...out, ...back].join("L")}Z` : "";  // one point alone is no band
    };
    return { line, dots, band };
  };

  const labels = (box, ticks, side) =>
    box.replaceChildren(
      ...ticks.map(([at, text]) => {
        const label = document.createElement("span");
        label.style[side] = `${at * 100}%`;
        if (side === "left" && at < 0.03) label.className = "start";
        if (side === "left" && at > 0.97) label.className = "end";
        label.textContent = text;
        return label;
      }),
    );

  const draw = (store) => {
    const values = [...store.sold, ...store.runs.flatMap((run) => [...run.predicted, ...run.upper, ...run.rival])];
    const ticks = ticksTo(Math.max(...values.filter((value) => !unknown(value))));
    const top = ticks[ticks.length - 1];
    const { line, dots, band } = plane(top);
    const all = (path) => store.runs.map(path).join("");
    // from the last month known at the origin, unless the store was not there yet
    const opened = (run, values) => [run.start ? store.sold[run.start - 1] : null, ...values];
    const paths = {
      grid: ticks.slice(1).map((tick) => `M0 ${HEIGHT * (1 - tick / top)}H${WIDTH}`).join(""),
      base: `M0 ${HEIGHT}H${WIDTH}`,
      band: all((run) => band(run.start - 1, opened(run, run.lower), opened(run, run.upper))),
      rival: all((run) => line(run.start, run.rival)),
      sold: line(0, store.sold),
      "sold-dots": dots(0, store.sold),
      forecast: all((run) => line(run.start - 1, opened(run, run.predicted))),
      "forecast-dots": all((run) => dots(run.start, run.predicted)),
    };
    for (const [name, d] of Object.entries(paths)) {
      byId("store-plot").querySelector(`path.${name}`).setAttribute("d", d);
    }
    labels(byId("store-ys"), ticks.map((tick) => [tick / top, compact(tick)]), "bottom");
    labels(byId("store-xs"), data.ticks, "left");
    byId("store-title").textContent = named(store);
    byId("store-wape").textContent = unknown(store.wape)
      ? "No month of this store was tested."
      : `Forecasts missed by ${percent(store.wape)} of what was sold in the months tested.`;
    byId("store-plot").setAttribute("aria-label", `Sold and forecast by month, ${named(store)}`);
    table(store);
  };

  const table = (store) => {
    const rows = store.runs.flatMap((run) =>
      run.predicted.map((predicted, i) => {
        const sold = store.sold[run.start + i];
        const error = unknown(predicted) || !sold ? null : (predicted - sold) / sold;
        const held = unknown(run.lower[i]) ? "\u2013" : `${quantity(run.lower[i])} to ${quantity(run.upper[i])}`;
        return [data.months[run.start - 1] ?? "", data.months[run.start + i], quantity(sold), quantity(predicted), held,
          percent(error, signed), predicted];
      }),
    );
    byId("store-rows").replaceChildren(
      ...rows.filter((row) => !unknown(row[6])).map((row) => {
        const line = document.createElement("tr");
        row.slice(0, 6).forEach((text, i) => {
          const cell = document.createElement(i === 1 ? "th" : "td");
          if (i === 1) cell.scope = "row";
          if (i > 1) cell.className = "num";
          cell.textContent = text;
          line.append(cell);
        });
        return line;
      }),
    );
  };

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  const show = () => {
    const wanted = fold(search.value.trim());
    const chosen = list.value;
    const found = data.stores.map((_, i) => i).filter((i) => fold(named(data.stores[i])).includes(wanted));
    if (order.value === "error") found.sort((a, b) => (data.stores[b].wape ?? -1) - (data.stores[a].wape ?? -1));
    list.replaceChildren(
      ...found.map((i) => new Option(`${named(data.stores[i])} \u00b7 ${percent(data.stores[i].wape)}`, String(i))),
    );
    status.textContent = found.length === 1 ? "1 store" : `${found.length} stores`;
    if (!found.length) return;
    list.value = found.includes(Number(chosen)) && chosen !== "" ? chosen : String(found[0]);
    draw(data.stores[Number(list.value)]);
  };

  search.addEventListener("input", show);
  order.addEventListener("change", () => { list.value = ""; show(); });
  list.addEventListener("change", () => draw(data.stores[Number(list.value)]));
  byId("explorer").hidden = false;
  show();
})();
