"""The course: milestones, limits and profile, from one TOML file."""

from autograder.course.course import Course, Milestone, load

__all__ = ["Course", "Milestone", "load"]
