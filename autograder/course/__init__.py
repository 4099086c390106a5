"""The course: milestones, limits and profile, from one TOML file."""

from autograder.course.course import Course, CourseError, Milestone, load

__all__ = ["Course", "CourseError", "Milestone", "load"]
