"""Request and response models of the files of cases."""
