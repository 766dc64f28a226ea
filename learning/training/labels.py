"""The words for the codes of the training register."""

from flask_babel import lazy_gettext as _l

from learning.training.kinds import AttendanceState, ClassOutcome, DeliveryMode, TrainingKind

TRAINING_KINDS = {
    TrainingKind.INDUCTION: _l("Induction training"),
    TrainingKind.APPOINTMENT_TRAINING: _l("Training on taking office"),
    TrainingKind.IN_SERVICE: _l("In-service training"),
    TrainingKind.THEME_CLASS: _l("Theme class"),
    TrainingKind.OTHER: _l("Other training"),
}
DELIVERY_MODES = {
    DeliveryMode.OFF_JOB: _l("Off the job"),
    DeliveryMode.INTENSIVE: _l("Intensive"),
    DeliveryMode.ONLINE: _l("Online"),
}
OUTCOMES = {
    ClassOutcome.COMPLETED: _l("completed"),
    ClassOutcome.NOT_COMPLETED: _l("not completed"),
    ClassOutcome.PENDING: _l("still open"),
}
ATTENDANCE = {
    AttendanceState.PRESENT: _l("present"),
    AttendanceState.LEAVE: _l("on leave"),
    AttendanceState.ABSENT: _l("absent"),
    AttendanceState.MADE_UP: _l("made up"),
    AttendanceState.OBSERVER: _l("observer"),
}
