"""The code lists of training records."""

from enum import StrEnum


class TrainingKind(StrEnum):
    """Kinds of training (Regulations on cadre education and training, article 13)."""

    INDUCTION = "induction"
    APPOINTMENT_TRAINING = "appointment_training"
    IN_SERVICE = "in_service"
    THEME_CLASS = "theme_class"
    OTHER = "other"


class DeliveryMode(StrEnum):
    """How a class is held."""

    OFF_JOB = "off_job"
    INTENSIVE = "intensive"
    ONLINE = "online"


class ClassOutcome(StrEnum):
    """How a class ended for a learner."""

    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"
    PENDING = "pending"


class StudyGroupKind(StrEnum):
    """Whose study group it is: a party committee's (T3) or a mass organisation's leading group's (T4)."""

    PARTY_CENTRE_GROUP = "party_centre_group"
    LEADERSHIP_GROUP = "leadership_group"


class AttendanceState(StrEnum):
    """A line of the roll."""

    PRESENT = "present"
    LEAVE = "leave"
    ABSENT = "absent"
    MADE_UP = "made_up"
    OBSERVER = "observer"
