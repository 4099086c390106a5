"""The course: milestones, limits and profile, from one TOML file."""

from autograder.course.course import Course, CourseError, Milestone, load_course

__all__ = ["Course", "CourseError", "Milestone", "load_course"]
