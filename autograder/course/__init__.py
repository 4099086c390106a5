"""The course: milestones, extra units, limits and profile, from one TOML file."""

from autograder.course.course import Course, load_course
from autograder.course.keys import CourseError
from autograder.course.parts import Milestone, Part, Unit

__all__ = ["Course", "CourseError", "Milestone", "Part", "Unit", "load_course"]
