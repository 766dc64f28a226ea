"""The frozen layer: what sections 3 and 11 of the Opinion say, to whom, and with what force.

No figure stands here but the two the text has itself: once a term, and every year. All others are rules.
"""

from dataclasses import dataclass
from enum import StrEnum

from learning.core.texts import N_


class SubjectKind(StrEnum):
    """Who is obliged."""

    PERSON = "person"
    GROUP = "group"
    INSTITUTION = "institution"
    COMMITTEE = "committee"
    #: A level of one system in the matrix of levels and systems.
    CELL = "cell"


class Force(StrEnum):
    """How strongly the text speaks; its own word stands in the obligation."""

    SHALL = "shall"
    SHOULD = "should"
    USUALLY = "usually"
    #: As the party constitution provides.
    BY_CONSTITUTION = "by_constitution"
    #: A permission; never a shortfall.
    MAY = "may"
    #: Set out as a task by its verb alone, without a word of force.
    DIRECT = "direct"


class Frequency(StrEnum):
    """How often, in the text itself."""

    NONE = "none"
    EVERY_YEAR = "every_year"
    ONCE_A_TERM = "once_a_term"
    #: The text says regularly and gives no number.
    REGULARLY = "regularly"


@dataclass(frozen=True)
class Obligation:
    """One duty of the text with the clause that states it."""

    code: str
    clause: str
    #: A short quotation from the clause.
    key_words: str
    subject: SubjectKind
    #: Who that is and what is asked, in our words.
    obliged: str
    duty: str
    force: Force
    #: The word of the text that carries the force.
    force_word: str
    frequency: Frequency = Frequency.NONE
    frequency_word: str = ""


_LEADING_GROUPS = N_("Leading groups of mass organisations at county level and above")
_COMMITTEES = N_("Party committees at all levels")
_STANDING_COMMITTEE = N_("Standing committee of the party committee")

OBLIGATIONS = (
    Obligation(
        "T1",
        "3.7s1",
        "要加强对群团工作理论政策的学习研究",
        SubjectKind.PERSON,
        N_("Leading cadres"),
        N_("Study the theory and policy of mass work"),
        Force.SHALL,
        "要",
    ),
    Obligation(
        "T2",
        "3.7s2",
        "应该开设党的群团工作理论政策课程",
        SubjectKind.INSTITUTION,
        N_("Party schools, administration institutes, cadre colleges, institutes of socialism"),
        N_("Offer a course on the theory and policy of mass work"),
        Force.SHOULD,
        "应该",
    ),
    Obligation(
        "T3",
        "3.7s3",
        "应该把群团工作作为专题学习的重要内容",
        SubjectKind.GROUP,
        N_("Theory study centre groups of party committees"),
        N_("Make mass work an important content of topical study"),
        Force.SHOULD,
        "应该",
    ),
    Obligation(
        "T4",
        "11.1s5",
        "中心组理论学习",
        SubjectKind.GROUP,
        _LEADING_GROUPS,
        N_("Keep up centre-group theory study"),
        Force.DIRECT,
        "健全",
    ),
    Obligation(
        "T5",
        "11.1s5",
        "党员领导干部民主生活会",
        SubjectKind.GROUP,
        N_("Leading cadres who are party members, in mass organisations at county level and above"),
        N_("Keep up democratic-life meetings"),
        Force.DIRECT,
        "健全",
    ),
    Obligation(
        "T6",
        "11.1s5",
        "新进班子成员任职培训",
        SubjectKind.PERSON,
        N_("New members of leading groups of mass organisations at county level and above"),
        N_("Be trained on taking office"),
        Force.DIRECT,
        "健全",
    ),
    Obligation(
        "T7",
        "11.2s3",
        "纳入干部教育培训总体规划",
        SubjectKind.COMMITTEE,
        _COMMITTEES,
        N_("Include the training of mass-organisation cadres in the overall training plan"),
        Force.DIRECT,
        "纳入",
    ),
    Obligation(
        "T8",
        "11.2s3",
        "分级负责、分系统落实",
        SubjectKind.CELL,
        N_("Each level of each system"),
        N_("Be responsible by level and carry out by system"),
        Force.DIRECT,
        "分级负责、分系统落实",
    ),
    Obligation(
        "T9",
        "11.2s8",
        "要自觉加强学习",
        SubjectKind.PERSON,
        N_("Cadres of mass organisations"),
        N_("Keep learning of one's own accord"),
        Force.SHALL,
        "要",
    ),
    Obligation(
        "N1",
        "3.3s1",
        "研究决定群团工作重大事项制度",
        SubjectKind.COMMITTEE,
        N_("Local party committees"),
        N_("Set up and improve the rule for deciding major matters of mass work"),
        Force.SHALL,
        "要",
    ),
    Obligation(
        "N2",
        "3.3s2",
        "应该召开专门的群团工作会议",
        SubjectKind.COMMITTEE,
        _COMMITTEES,
        N_("Hold a conference on mass work of its own"),
        Force.SHOULD,
        "应该",
        Frequency.ONCE_A_TERM,
        "在每届任期内",
    ),
    Obligation(
        "N3",
        "3.3s3",
        "应该定期听取各群团组织工作汇报",
        SubjectKind.COMMITTEE,
        _STANDING_COMMITTEE,
        N_("Hear the work reports of every mass organisation"),
        Force.SHOULD,
        "应该",
        Frequency.REGULARLY,
        "定期",
    ),
    Obligation(
        "N4",
        "3.3s3",
        "每年都要专题研究群团工作",
        SubjectKind.COMMITTEE,
        _STANDING_COMMITTEE,
        N_("Discuss mass work as a topic"),
        Force.SHALL,
        "要",
        Frequency.EVERY_YEAR,
        "每年",
    ),
    Obligation(
        "N5",
        "3.3s5",
        "建立党委群团工作联席会议制度",
        SubjectKind.COMMITTEE,
        _COMMITTEES,
        N_("Set up a joint conference on mass work"),
        Force.DIRECT,
        "建立",
    ),
    Obligation(
        "N6",
        "3.3s6",
        "建立党委群团工作考核制度",
        SubjectKind.COMMITTEE,
        _COMMITTEES,
        N_("Set up the assessment of mass work"),
        Force.DIRECT,
        "建立",
    ),
    Obligation(
        "N7",
        "3.3s4",
        "一般由党委专职副书记分管群团工作",
        SubjectKind.COMMITTEE,
        _COMMITTEES,
        N_("Name who is in charge of mass work"),
        Force.USUALLY,
        "一般",
    ),
    Obligation(
        "N8a",
        "3.4s1",
        "应该请",
        SubjectKind.COMMITTEE,
        N_("Local party committees"),
        N_("Invite the heads of mass organisations to the meetings that concern them"),
        Force.SHOULD,
        "应该",
    ),
    Obligation(
        "N8b",
        "3.4s2",
        "按党章规定",
        SubjectKind.COMMITTEE,
        N_("Party organisations of the same level"),
        N_("Have the heads of the youth league at county level and below sit in"),
        Force.BY_CONSTITUTION,
        "按党章规定",
    ),
    Obligation(
        "N8c",
        "3.4s3",
        "可列席同级党委",
        SubjectKind.COMMITTEE,
        N_("Party committees of townships and streets"),
        N_("May have the heads of trade union and women's federation sit in"),
        Force.MAY,
        "可",
    ),
)

BY_CODE = {obligation.code: obligation for obligation in OBLIGATIONS}
