"""The words of the simulated company: its departments, people's names, titles and remarks."""

from dataclasses import dataclass

DEPARTMENTS = (
    "Sales",
    "Marketing",
    "Finance",
    "Human Resources",
    "Information Technology",
    "Procurement",
    "Operations",
    "Legal",
    "Customer Service",
    "Management",
)
DEPARTMENT_WEIGHTS = (18, 9, 10, 7, 12, 10, 16, 5, 11)
MANAGEMENT = DEPARTMENTS.index("Management")
LEGAL = DEPARTMENTS.index("Legal")
NO_DEPARTMENT = -1

LOCATIONS = ("Chennai", "Bengaluru", "Mumbai", "Delhi", "Hyderabad", "Pune", "Kolkata")
LOCATION_WEIGHTS = (28, 20, 16, 12, 10, 9, 5)

EXECUTIVE_TITLES = (
    "Managing Director",
    "Chief Operating Officer",
    "Chief Financial Officer",
    "Chief Commercial Officer",
    "Chief People Officer",
)
STAFF_TITLES = ("Executive", "Senior Executive", "Analyst", "Specialist", "Coordinator")

GIVEN_NAMES = (
    "Aarav Aditi Ajay Amit Anita Anjali Arjun Asha Ashok Deepa Deepak Divya Farah Gaurav Geeta "
    "Harish Imran Isha Jaya Karan Kavita Kiran Lakshmi Leela Manoj Meera Mohan Nadia Naveen Neha "
    "Nikhil Nisha Pooja Pradeep Priya Rahul Rajesh Ravi Rekha Rohan Sandeep Sanjay Sara Shreya "
    "Sneha Suresh Tanvi Usha Varun Vikram"
)
FAMILY_NAMES = (
    "Agarwal Ahmed Banerjee Bhat Chopra Das Desai Fernandes George Ghosh Gupta Iyer Jain Joshi "
    "Kapoor Khan Krishnan Kulkarni Kumar Malhotra Mathew Mehta Menon Mishra Mukherjee Nair Naidu "
    "Patel Pillai Prasad Rao Reddy Roy Saxena Sen Shah Sharma Shetty Singh Subramanian Thomas Varma"
)


@dataclass(frozen=True)
class Template:
    """A kind of request: how its titles read and which department reviews it at the third level."""

    code: str
    title: str
    things: tuple[str, ...]
    reviewer: str
    step: str
    weight: int


TEMPLATES = (
    Template(
        "PURCHASE",
        "Purchase of {number} {thing} for {place}",
        ("laptops", "office chairs", "label printers", "safety helmets", "network switches"),
        "Finance",
        "Finance review",
        22,
    ),
    Template(
        "VENDOR_ONBOARDING",
        "Onboard a supplier of {thing}, {place}",
        ("packaging film", "spare parts", "catering", "cleaning services", "contract staff"),
        "Procurement",
        "Procurement review",
        13,
    ),
    Template(
        "TRAVEL",
        "Travel to {place} for {thing}, {number} days",
        ("a customer audit", "the sales review", "plant commissioning", "a trade fair"),
        "Finance",
        "Finance review",
        14,
    ),
    Template(
        "HIRING",
        "Hire {thing} in {place}, requisition {number}",
        ("a service engineer", "two accountants", "a data analyst", "a warehouse supervisor"),
        "Human Resources",
        "Human resources review",
        11,
    ),
    Template(
        "DISCOUNT",
        "Discount of {number} % for {thing}, {place}",
        ("a dealer", "a fleet customer", "a framework order", "the year-end campaign"),
        "Sales",
        "Pricing review",
        13,
    ),
    Template(
        "SYSTEM_ACCESS",
        "Access to {thing} for {number} people in {place}",
        ("the ERP finance module", "the data warehouse", "the payroll system", "the CRM"),
        "Information Technology",
        "Information security",
        12,
    ),
    Template(
        "CONTRACT_RENEWAL",
        "Renew the contract for {thing}, {place}, {number} months",
        ("facility management", "freight", "software support", "the office lease"),
        "Legal",
        "Legal review",
        9,
    ),
    Template(
        "POLICY_EXCEPTION",
        'Exception from "{thing}", {place}, case {number}',
        ("Travel class", "Payment terms", "Credit limit", "Working from home"),
        "Human Resources",
        "Policy owner",
        6,
    ),
)

REPORTING_MANAGER, DEPARTMENT_HEAD, COMPLIANCE, EXECUTIVE = range(4)
LEVEL_NAMES = (
    "Reporting manager",
    "Department head",
    "Compliance",
    "Executive approval",
    *dict.fromkeys(template.step for template in TEMPLATES),
)

DESCRIPTIONS = (
    "Budgeted for this quarter; quotations are attached.",
    "Needed before the end of the month, see the attached comparison.",
    "Replaces what was approved last year.\nNo change in the scope.",
    "Not in the budget. The saving pays for it within the year.",
    "As discussed in the monthly review.",
    None,
)
COMMENTS = (
    "Approved.",
    "Approved, subject to the revised quotation.",
    "Fine with me, please keep the cost centre informed.",
    "Checked against the budget; in order.",
    'Approved as "one-time", not to be repeated.',
)
REJECTION_REASONS = (
    "No budget left in this cost centre.",
    "Three quotations are required, only one is attached.",
    "Duplicate of an earlier request.",
    "Justification is not sufficient, please resubmit with figures.",
    "Not in line with the policy.",
)
BREACH_REASONS = (
    "Was travelling and had no access.",
    "Waited for a clarification from the initiator.",
    "Quarter-end closing took precedence.",
    "Supporting documents came late.",
    "Overlooked the request.",
)
SKIP_REASONS = (
    "Approver on long leave.",
    "Approval given by e-mail, see documents.",
    "Step does not apply to this amount.",
)
PAUSE_REASONS = (
    "Waiting for documents from the initiator.",
    "Waiting for the supplier's answer.",
    "Legal clarification under way.",
)
CONCLUSIONS = (
    "Completed and handed over.",
    "Closed; the order has been placed.",
    "Closed after informing everybody concerned.",
    "Closed without further action.",
)
NOTES = (
    "Please attach the latest quotation.",
    "Quotation attached, valid for 30 days.",
    "Which cost centre should be charged?",
    "Cost centre updated, thanks.",
    "The amount is now ₹1,25,000 including tax.",
    "Could this wait until the next quarter?",
    'No: the supplier calls the offer "final".',
    "Discussed on the phone.\nGoing ahead as planned.",
    "Reminder: we need this by Friday.",
    "Noted.",
)
FILE_NAMES = (
    "quotation.pdf",
    "comparison.xlsx",
    "purchase order draft.docx",
    "budget, revised.xlsx",
    "photo of the site.jpg",
    "contract.pdf",
    "specification.pdf",
)
DOCUMENT_CATEGORIES = ("SUPPORTING", "QUOTATION", "CONTRACT", "APPROVAL", "OTHER")
DOCUMENT_CATEGORY_WEIGHTS = (45, 25, 10, 10, 10)
