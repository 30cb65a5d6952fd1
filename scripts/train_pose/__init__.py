"""The recipe of the pose networks in ``models/pose``: from COCO images to an ONNX file.

Three commands, run from the root of the project::

    python -m scripts.train_pose.train --help
    python -m scripts.train_pose.evaluate --help
    python -m scripts.train_pose.export --help
"""
