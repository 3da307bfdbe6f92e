"""Runs in QGIS's own Python: loads every layer of a server, counts, filters, identifies; prints what it saw as JSON."""

import json
import sys

from qgis.core import Qgis, QgsApplication, QgsFeatureRequest, QgsRectangle, QgsVectorLayer

address, *names = sys.argv[1:]
application = QgsApplication([], False)
application.initQgis()
seen = {"QGIS": {"version": Qgis.QGIS_VERSION}}
for name in names:
    layer = QgsVectorLayer(f"url='{address}' typename='{name}'", name, "OAPIF")
    told = {"valid": layer.isValid(), "error": layer.error().message()}
    if layer.isValid():
        features = list(layer.getFeatures())
        box = QgsFeatureRequest().setFilterRect(QgsRectangle(11.66, 55.45, 11.70, 55.47))
        told |= {
            "count": layer.featureCount(),
            "ids": sorted(feature["id"] for feature in features),
            "fields": [field.name() for field in layer.fields()],
            "in_box": sorted(feature["id"] for feature in layer.getFeatures(box)),
            "crs": layer.crs().authid(),
            "areas": sum(feature.geometry().area() for feature in features if feature.hasGeometry()),
        }
        if "status" in told["fields"]:
            chosen = QgsFeatureRequest().setFilterExpression("status = 'in_force'")
            told["in_force"] = sorted(feature["id"] for feature in layer.getFeatures(chosen))
    seen[name] = told
print("SEEN", json.dumps(seen))
sys.stdout.flush()
application.exitQgis()
