from disturbed import project, undisturbed

__all__ = ["project", "undisturbed"]
