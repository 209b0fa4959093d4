#!/usr/bin/env python3
"""usage: examples/shop/invent.py FOLDER      writes eight months of an invented shop

Everything here is made up, and the same on every run. Left in FOLDER: orders.csv and answers.csv (for
the database), contacts.json (what the help desk's API lists) and scans.jsonl (what the carrier pushes,
one batch a line).
"""

import csv
import datetime
import json
import pathlib
import random
import sys

first_day = datetime.datetime(2025, 8, 4)  # a Monday; all times are UTC
weeks = 35
strike = (datetime.datetime(2026, 2, 2), datetime.datetime(2026, 2, 16))  # at Lyon's carrier
spring = datetime.datetime(2026, 3, 2)  # Hamburg saves its dates by express from here on

# Orders a week, the share that comes in time, and how many come by express.
warehouses = {"HAM": (420, 0.955, 0.08), "LYO": (260, 0.945, 0.06), "OPO": (24, 0.92, 0.05)}
customers_per_order_a_week = 9  # so that one customer orders about four times


class Invention:
    def __init__(self):
        self.dice = random.Random("shop")  # only random() is used: it is the same in every Python
        self.orders, self.answers, self.contacts, self.scans = [], [], [], {}

    def chance(self, share):
        return self.dice.random() < share

    def between(self, low, high):
        return low + (high - low) * self.dice.random()

    def order(self, warehouse, day):
        count, in_time, by_express = warehouses[warehouse]
        number = len(self.orders) + 1
        customer = f"{warehouse}-{int(self.between(0, count * customers_per_order_a_week)):05d}"
        ordered = day + datetime.timedelta(minutes=int(self.between(0, 24 * 60)))
        promised = (ordered + datetime.timedelta(days=4)).replace(hour=0, minute=0)
        hit = warehouse == "LYO" and strike[0] <= promised < strike[1]
        saved = warehouse == "HAM" and promised >= spring
        express = self.chance(0.24 if saved else by_express)
        late = not self.chance(0.71 if hit else 0.975 if saved else in_time)
        delivered = promised + datetime.timedelta(hours=self.between(8, 19))
        delivered += datetime.timedelta(days=1 + int(self.between(0, 4)) if late else -int(self.between(0, 2)))
        if self.chance(0.02):
            return
        self.orders.append([number, customer, warehouse, ordered, promised.date(), delivered, str(express).lower()])
        self.scan(number, warehouse, ordered, hit)
        self.ask(number, warehouse, delivered, late)
        self.contact(number, customer, warehouse, promised, late)

    def scan(self, number, warehouse, ordered, hit):
        packed = ordered + datetime.timedelta(hours=self.between(1, 9))
        handed = packed + datetime.timedelta(hours=self.between(2, 40 if hit else 22))
        rows = self.scans.setdefault(handed.date().isoformat(), [])
        rows.append({"parcel": number, "warehouse": warehouse, "packed_at": stamp(packed), "handed_at": stamp(handed)})

    def ask(self, number, warehouse, delivered, late):
        asked = delivered + datetime.timedelta(days=1)
        answered, score = None, None
        if self.chance(0.3):
            answered = asked + datetime.timedelta(hours=self.between(0, 48))
            score = min(10, int(self.between(2, 9) if late else self.between(6, 12)))
        self.answers.append([number, warehouse, asked, answered, score])

    def contact(self, number, customer, warehouse, promised, late):
        times = 1 + int(self.between(0, 4)) if late and self.chance(0.8) else int(self.chance(0.05))
        for _ in range(times):
            created = promised + datetime.timedelta(hours=self.between(8, 72))
            self.contacts.append({"customer": customer, "reason": "where is it" if late else "other",
                                  "order": {"id": number, "warehouse": {"code": warehouse}}, "created_at": stamp(created)})

    def invent(self):
        for day in range(weeks * 7):
            for warehouse, (count, _, _) in warehouses.items():
                for _ in range(int(self.between(count / 7 * 0.8, count / 7 * 1.2) + self.dice.random())):
                    self.order(warehouse, first_day + datetime.timedelta(days=day))
        self.contacts.sort(key=lambda contact: (contact["created_at"], contact["order"]["id"]))
        for number, contact in enumerate(self.contacts, 1):
            contact["id"] = number


def stamp(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def write_csv(path, columns, rows):
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([stamp(cell) if isinstance(cell, datetime.datetime) else cell for cell in row] for row in rows)


def main(folder):
    shop = Invention()
    shop.invent()
    write_csv(folder / "orders.csv",
              ["order_id", "customer", "warehouse", "ordered_at", "promised_on", "delivered_at", "express"], shop.orders)
    write_csv(folder / "answers.csv", ["order_id", "warehouse", "asked_at", "answered_at", "score"], shop.answers)
    (folder / "contacts.json").write_text(json.dumps(shop.contacts))
    with (folder / "scans.jsonl").open("w") as file:
        for day, rows in sorted(shop.scans.items()):
            file.write(json.dumps({"batch": f"scans-{day}", "rows": rows}) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
