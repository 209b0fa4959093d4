"""Prints "name type" of each family in an OpenMetrics file, by the Python client's strict parser.

usage: /usr/bin/python3 openmetrics_families.py FILE     (package python3-prometheus-client)
"""

import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

with open(sys.argv[1], encoding="utf-8", newline="") as file:
    for family in text_string_to_metric_families(file.read()):
        print(family.name, family.type)
